// The hall's voice: recorded clips joined without a gap that one hears. Where clips are missing,
// a Lao voice of the browser; where there is none, the chime alone. Never another language's
// voice: a Thai voice reading Lao is worse than none.

import { CHIME_SECONDS, chime, context, sounds } from "./chime.js";

const GAP_SECONDS = 0.09; // between two clips
const PAUSE_SECONDS = 0.6; // between two sentences
const AFTER_CHIME_SECONDS = 0.25;
const SYNTHESIS_MOST_MS = 15_000; // a voice that never says it has ended must not stop the hall
const SILENCE = 0.015; // below this share of full volume nobody speaks
const LOUDEST = 0.8; // every clip is brought to this peak: staff record at different distances
const MOST_GAIN = 6;

let manifest = { twice: false, words: {}, clips: {} };
const kept = new Map(); // address -> { buffer, from, seconds, gain }

/** Take over the list of clips, and fetch and decode those that are new. */
export async function setVoice(media) {
  manifest = { twice: Boolean(media.twice), words: media.words ?? {}, clips: media.clips ?? {} };
  const wanted = new Set(Object.values(manifest.clips).flatMap((clips) => Object.values(clips)));
  for (const url of kept.keys()) if (!wanted.has(url)) kept.delete(url);
  if (!("AudioContext" in globalThis)) return;
  for (const url of wanted) {
    if (kept.has(url)) continue;
    const clip = await fetched(url); // one after the other: a small computer decodes them
    if (clip) kept.set(url, clip);
  }
}

async function fetched(url) {
  try {
    const answer = await fetch(url);
    if (!answer.ok) return null;
    return trimmed(await context().decodeAudioData(await answer.arrayBuffer()));
  } catch {
    return null; // the announcement falls back to what there is
  }
}

/** Where in a recording somebody speaks, and how much louder it must be. */
function trimmed(buffer) {
  const sound = buffer.getChannelData(0);
  let first = 0;
  let last = sound.length - 1;
  while (first < last && Math.abs(sound[first]) < SILENCE) first += 1;
  while (last > first && Math.abs(sound[last]) < SILENCE) last -= 1;
  if (first === last) return { buffer, from: 0, seconds: buffer.duration, gain: 1 };
  let peak = SILENCE;
  for (let i = first; i <= last; i += 1) peak = Math.max(peak, Math.abs(sound[i]));
  const lead = Math.min(first, Math.round(buffer.sampleRate * 0.03)); // soft beginnings of words
  const tail = Math.min(sound.length - 1 - last, Math.round(buffer.sampleRate * 0.06));
  return {
    buffer,
    from: (first - lead) / buffer.sampleRate,
    seconds: (last + tail - first + lead) / buffer.sampleRate,
    gain: Math.min(MOST_GAIN, LOUDEST / peak),
  };
}

/** The decoded clips of a sentence in their order; null when one is missing. */
function clipsOf(language, names) {
  const clips = names.map((name) => kept.get(manifest.clips[language]?.[name]));
  return clips.length > 0 && clips.every(Boolean) ? clips : null;
}

const wait = (ms) => new Promise((done) => setTimeout(done, ms));

/** Start the clips of several sentences one after the other; returns when they are over. */
async function play(sentences) {
  const audio = context();
  let at = audio.currentTime + 0.05;
  const begun = at;
  for (const clips of sentences) {
    for (const clip of clips) {
      const volume = new GainNode(audio, { gain: clip.gain });
      const source = new AudioBufferSourceNode(audio, { buffer: clip.buffer });
      source.connect(volume).connect(audio.destination);
      source.onended = () => {
        source.disconnect();
        volume.disconnect();
      };
      source.start(at, clip.from, clip.seconds);
      at += clip.seconds + GAP_SECONDS;
    }
    at += PAUSE_SECONDS;
  }
  await wait((at - begun) * 1_000);
}

/** The browser's own Lao voice, if it has one. */
function laoVoice() {
  const voices = globalThis.speechSynthesis?.getVoices() ?? [];
  return voices.find((voice) => /^lo\b/i.test(voice.lang)) ?? null;
}

async function readOut(voice, text) {
  const utterance = new SpeechSynthesisUtterance(text);
  utterance.voice = voice;
  utterance.lang = voice.lang;
  const ended = new Promise((done) => {
    utterance.onend = done;
    utterance.onerror = done;
  });
  globalThis.speechSynthesis.speak(utterance);
  await Promise.race([ended, wait(SYNTHESIS_MOST_MS)]);
  globalThis.speechSynthesis.cancel();
}

/**
 * Chime, then speak a call: in Lao, twice where the hall has it so, then in English where all
 * of its clips are recorded. Returns when it is over what was used: clips, synthesis or chime,
 * and how many clips were started.
 *
 * @param {{lo?: string, en?: string}} [say]  the names of the clips in each language
 */
export async function speak(say) {
  if (!sounds()) return { way: "silent", clips: 0 };
  chime();
  await wait((CHIME_SECONDS + AFTER_CHIME_SECONDS) * 1_000);
  const names = (say?.lo ?? "").split(" ").filter(Boolean);
  const lao = clipsOf("lo", names);
  if (lao) {
    const english = clipsOf("en", (say.en ?? "").split(" ").filter(Boolean));
    const sentences = [lao, ...(manifest.twice ? [lao] : []), ...(english ? [english] : [])];
    await play(sentences);
    return { way: "clips", clips: sentences.flat().length };
  }
  const voice = names.length > 0 ? laoVoice() : null;
  if (!voice) return { way: "chime", clips: 0 };
  const text = names.map((name) => manifest.words[name] ?? "").join(" ");
  for (let times = manifest.twice ? 2 : 1; times > 0; times -= 1) await readOut(voice, text);
  return { way: "synthesis", clips: 0 };
}
