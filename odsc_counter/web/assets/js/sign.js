// A signature on the screen, kept as strokes of points in a hidden field. No pixels are sent:
// the points are drawn again wherever the signature is shown.

const LEAST_STEP = 2; // units: nearer points say nothing new
const MOST_POINTS = 1_900; // the server refuses more than 2,000

const pad = document.querySelector("[data-signing]");
if (pad) begin(pad);

function begin(field) {
  const canvas = field.querySelector("canvas");
  const sent = field.querySelector("input[name=signature]");
  const pen = canvas.getContext("2d");
  let strokes = kept(sent.value);
  let stroke = null;

  const draw = () => {
    pen.clearRect(0, 0, canvas.width, canvas.height);
    pen.strokeStyle = getComputedStyle(canvas).color;
    pen.lineWidth = 3;
    pen.lineCap = pen.lineJoin = "round";
    for (const [first, ...others] of strokes) {
      pen.beginPath();
      pen.moveTo(...first);
      for (const point of others.length > 0 ? others : [first]) pen.lineTo(...point);
      pen.stroke();
    }
  };
  const pointOf = (event) => {
    const box = canvas.getBoundingClientRect();
    const scaled = (part, all, size) =>
      Math.min(size, Math.max(0, Math.round((part / all) * size)));
    return [
      scaled(event.clientX - box.left, box.width, canvas.width),
      scaled(event.clientY - box.top, box.height, canvas.height),
    ];
  };
  const isFull = () => strokes.reduce((sum, one) => sum + one.length, 0) >= MOST_POINTS;
  const add = (event) => {
    const point = pointOf(event);
    const last = stroke.at(-1);
    const isNear = last && Math.hypot(point[0] - last[0], point[1] - last[1]) < LEAST_STEP;
    if (!isNear && !isFull()) stroke.push(point);
  };

  canvas.addEventListener("pointerdown", (event) => {
    if (!event.isPrimary || event.button !== 0 || isFull()) return;
    event.preventDefault();
    canvas.setPointerCapture(event.pointerId);
    stroke = [];
    strokes.push(stroke);
    add(event);
    draw();
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!stroke || !event.isPrimary) return;
    // A quick pen moves many times between two frames.
    for (const one of event.getCoalescedEvents?.() ?? [event]) add(one);
    draw();
  });
  const lift = (event) => {
    if (!stroke || !event.isPrimary) return;
    stroke = null;
    sent.value = JSON.stringify(strokes);
  };
  canvas.addEventListener("pointerup", lift);
  canvas.addEventListener("pointercancel", lift);
  field.querySelector("[data-clear]").addEventListener("click", () => {
    strokes = [];
    stroke = null;
    sent.value = "";
    draw();
  });
  field.hidden = false;
  draw();
}

/** What was signed before the form came back with an error; nothing when it can't be read. */
function kept(text) {
  try {
    const strokes = JSON.parse(text || "[]");
    const isPoint = (point) => Array.isArray(point) && point.length === 2;
    const isStroke = (stroke) =>
      Array.isArray(stroke) && stroke.length > 0 && stroke.every(isPoint);
    return Array.isArray(strokes) && strokes.every(isStroke) ? strokes : [];
  } catch {
    return [];
  }
}
