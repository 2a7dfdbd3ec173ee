// The page of the hall's voice: records a clip with the browser's microphone and keeps it at
// once, without leaving the page. Without script, files are uploaded one by one.

const LONGEST_MS = 6_000; // a word or two
const LEAST_BYTES = 200;
const TYPES = ["audio/webm;codecs=opus", "audio/ogg;codecs=opus", "audio/mp4"];
const MICROPHONE = {
  audio: { channelCount: 1, echoCancellation: false, noiseSuppression: true, autoGainControl: true },
};

const problem = (name) => {
  for (const element of document.querySelectorAll("[data-problem]")) {
    element.hidden = element.dataset.problem !== name;
  }
};

let running = null; // { recorder, button }

function show(button, isRecording) {
  button.setAttribute("aria-pressed", String(isRecording));
  button.classList.toggle("btn-danger", isRecording);
  button.classList.toggle("btn-primary", !isRecording);
  button.querySelector("[data-start]").hidden = isRecording;
  button.querySelector("[data-stop]").hidden = !isRecording;
}

async function start(button) {
  const form = button.closest("form");
  let stream;
  try {
    stream = await navigator.mediaDevices.getUserMedia(MICROPHONE);
  } catch {
    problem("microphone");
    return;
  }
  problem(null);
  const mimeType = TYPES.find((type) => MediaRecorder.isTypeSupported(type));
  const recorder = new MediaRecorder(stream, { mimeType, audioBitsPerSecond: 48_000 });
  const parts = [];
  const longest = setTimeout(() => recorder.stop(), LONGEST_MS);
  recorder.addEventListener("dataavailable", (event) => parts.push(event.data));
  recorder.addEventListener("stop", () => {
    clearTimeout(longest);
    for (const track of stream.getTracks()) track.stop();
    running = null;
    show(button, false);
    keep(form, new Blob(parts, { type: recorder.mimeType }));
  });
  running = { recorder, button };
  show(button, true);
  recorder.start();
}

async function keep(form, sound) {
  if (sound.size < LEAST_BYTES) {
    problem("empty");
    return;
  }
  const fields = new FormData(form);
  fields.set("sound", sound, "clip");
  form.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(form.action, { method: "POST", body: fields });
    if (!answer.ok) throw new Error(`status ${answer.status}`);
    renew(new DOMParser().parseFromString(await answer.text(), "text/html"), form);
  } catch {
    problem("sending");
  } finally {
    form.removeAttribute("aria-busy");
  }
}

/** Put the row that was recorded and the counts of the answered page in place of ours. */
function renew(page, form) {
  const row = form.closest("[data-clip]");
  const fresh = page.getElementById(row.id);
  if (!fresh) {
    location.reload(); // signed out meanwhile: the server leads to the right page
    return;
  }
  row.replaceWith(fresh);
  const counts = page.querySelector("[data-counts]");
  if (counts) document.querySelector("[data-counts]").replaceWith(counts);
  reveal(fresh);
  const next = document.querySelector('[data-clip="missing"] [data-record]');
  (next ?? fresh.querySelector("[data-record]"))?.focus();
  fresh.dispatchEvent(new CustomEvent("clip-kept", { bubbles: true }));
}

const canRecord = Boolean(navigator.mediaDevices?.getUserMedia && globalThis.MediaRecorder);

function reveal(root) {
  if (!canRecord) return;
  for (const button of root.querySelectorAll("[data-record]")) button.hidden = false;
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-record]");
  if (!button) return;
  const mine = running?.button === button;
  running?.recorder.stop();
  if (!mine) start(button);
});
reveal(document);
if (!canRecord) problem("unsupported");
