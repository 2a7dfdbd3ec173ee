// Dialogs of the console. A link with data-dialog opens one; without this script the link
// leads to a page on which it is open.

const NOBODY = "00000000-0000-0000-0000-000000000000";

/** A fresh key for one sending of a form. randomUUID is missing on pages without https. */
function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function renewKeys(dialog) {
  for (const input of dialog.querySelectorAll("input[name=request_key]")) input.value = newKey();
}

function refuse(dialog, text) {
  const place = dialog.querySelector("[data-refused]");
  place.textContent = text;
  place.hidden = !text;
}

/** Whom the dialog is about: into its words, its addresses and its choice of priority. */
function address(dialog, { ticket, label, state, priority }) {
  for (const form of dialog.querySelectorAll("form")) {
    const { action, forState } = form.dataset;
    if (ticket && action) form.action = action.replace(NOBODY, ticket);
    if (forState) form.hidden = forState !== state;
  }
  for (const place of dialog.querySelectorAll("[data-about]")) place.textContent = label ?? "";
  const choice = dialog.querySelector("select[name=priority]");
  if (choice && ticket) choice.value = priority ?? "";
}

function show(dialog, about) {
  for (const form of dialog.querySelectorAll("form")) form.reset();
  address(dialog, about);
  renewKeys(dialog);
  refuse(dialog, "");
  dialog.showModal();
}

/**
 * Let the console's dialogs open and close.
 *
 * @param {Element} region  what the focus goes back to
 * @returns {{answered: (form: HTMLFormElement, refused: string) => void}}  to be told how a
 *   form went: a dialog closes unless it was refused
 */
export function openDialogs(region) {
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("a[data-dialog]");
    if (opener && !event.defaultPrevented) {
      event.preventDefault();
      show(document.getElementById(`dialog-${opener.dataset.dialog}`), opener.dataset);
    }
    const closer = event.target.closest("[data-close]");
    if (closer) {
      event.preventDefault();
      closer.closest("dialog").close();
    }
  });
  // A link that acts as a button is pressed by the space bar, too.
  document.addEventListener("keydown", (event) => {
    if (event.code === "Space" && event.target.matches?.("a[role=button]")) {
      event.preventDefault();
      event.target.click();
    }
  });
  for (const dialog of document.querySelectorAll("dialog[data-dialog-name]")) {
    dialog.addEventListener("close", () => {
      // Its opener may have been replaced meanwhile: then the browser knows no way back.
      const focused = document.activeElement;
      if (focused !== document.body && !dialog.contains(focused)) return;
      const name = dialog.dataset.dialogName;
      const back = region.querySelector(`[data-dialog="${name}"]`);
      (back ?? region.querySelector('[data-key="F2"]'))?.focus({ preventScroll: true });
    });
    if (dialog.open) {
      dialog.close();
      dialog.showModal();
    }
  }
  return {
    answered(form, refused) {
      const dialog = form.closest("dialog");
      if (!dialog) return;
      if (refused) {
        refuse(dialog, refused);
      } else {
        dialog.close();
      }
    },
  };
}
