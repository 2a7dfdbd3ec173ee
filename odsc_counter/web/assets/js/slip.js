// Printing a ticket by the browser. A kiosk whose Chrome runs with --kiosk-printing prints
// without asking; anywhere else the browser's own dialog opens.

const PAPER_MM = 80;
const EDGES_MM = 10; // above and below, and a little more than the sum of rounded lines
const PX_PER_MM = 96 / 25.4;

// Chromium takes a fixed page height only, so the ticket is measured as it will be printed.
function fitPage(slip) {
  slip.classList.add("slip-measured");
  const height = Math.ceil(slip.getBoundingClientRect().height / PX_PER_MM) + EDGES_MM;
  slip.classList.remove("slip-measured");
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`@page { size: ${PAPER_MM}mm ${height}mm; margin: 3mm 4mm; }`);
  document.adoptedStyleSheets = [sheet];
}

// Each recorded print goes to paper once: a page that is loaded again prints nothing more.
function isFirstTime(mark) {
  const key = `printed ${mark}`;
  if (sessionStorage.getItem(key)) return false;
  sessionStorage.setItem(key, "yes");
  return true;
}

/** Fit the page to the ticket, and print it when the page was opened for that. */
export async function printSlip() {
  const slip = document.querySelector("[data-slip]");
  if (!slip) return;
  await document.fonts.ready;
  await Promise.all([...slip.querySelectorAll("img")].map((image) => image.decode()));
  fitPage(slip);
  const { printNow } = slip.dataset;
  if (printNow && isFirstTime(printNow)) globalThis.print();
}
