// Two soft tones, made on the spot: no sound file to load or to license.

const TONES = [
  { hertz: 880, at: 0 },
  { hertz: 660, at: 0.35 },
];
const TONE_SECONDS = 0.6;

/** How long the chime sounds, in seconds. */
export const CHIME_SECONDS = TONES.at(-1).at + TONE_SECONDS;

let audio = null;

/** The one AudioContext of the page. */
export function context() {
  audio ??= new AudioContext();
  return audio;
}

/** Whether sound comes out at this moment. */
export const sounds = () => audio?.state === "running";

/** Whether the browser lets this page sound without being touched first. */
export async function soundAllowed() {
  if (!("AudioContext" in globalThis)) return false;
  const sound = context();
  if (sound.state === "suspended") {
    // resume() stays pending for ever while the browser waits for a touch.
    await Promise.race([sound.resume(), new Promise((done) => setTimeout(done, 500))]);
  }
  return sound.state === "running";
}

/** Sound the chime; silent when the browser forbids it. */
export function chime() {
  if (!sounds()) return;
  for (const tone of TONES) {
    const start = audio.currentTime + tone.at;
    const oscillator = new OscillatorNode(audio, { type: "sine", frequency: tone.hertz });
    const volume = new GainNode(audio, { gain: 0 });
    volume.gain.setValueAtTime(0, start);
    volume.gain.linearRampToValueAtTime(0.5, start + 0.02);
    volume.gain.exponentialRampToValueAtTime(0.001, start + TONE_SECONDS);
    oscillator.connect(volume).connect(audio.destination);
    oscillator.start(start);
    oscillator.stop(start + TONE_SECONDS);
  }
}
