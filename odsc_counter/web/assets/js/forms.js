// What every form gets: one submit is one submit, and what can't be undone asks first.
// All forms work without this.

const LOCKED_MS = 8_000; // a download leaves the page where it is: free the form again

const buttonsOf = (form) =>
  [...form.elements].filter((element) => element.type === "submit" && !element.disabled);

/** Let a form be sent again. */
export function unlock(form) {
  delete form.dataset.sent;
  form.removeAttribute("aria-busy");
  for (const button of form.querySelectorAll("[data-locked]")) {
    button.disabled = false;
    button.removeAttribute("data-locked");
  }
}

function lock(form) {
  form.dataset.sent = "yes";
  form.setAttribute("aria-busy", "true");
  // After this turn, so that the pressed button's own name and value are still sent.
  setTimeout(() => {
    for (const button of buttonsOf(form)) {
      button.disabled = true;
      button.setAttribute("data-locked", "");
    }
  });
  setTimeout(unlock, LOCKED_MS, form);
}

/** Guard all forms of the document, also those that come later. */
export function guardForms() {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    const question = event.submitter?.dataset.confirm ?? form.dataset.confirm;
    if (question && !globalThis.confirm(question)) {
      event.preventDefault();
      return;
    }
    if (form.method === "post") lock(form);
  });
  addEventListener("pageshow", (event) => {
    if (event.persisted) document.querySelectorAll("form[data-sent]").forEach(unlock);
  });
}

/** Let elements with data-print print the page. */
export function offerPrinting() {
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-print]")) globalThis.print();
  });
}

const isChanged = (field) => {
  if (field.type === "hidden") return false;
  if (field.type === "checkbox" || field.type === "radio") {
    return field.checked !== field.defaultChecked;
  }
  return field.defaultValue !== undefined && field.value !== field.defaultValue;
};

/** Links with data-leave ask its question before they lead away from what somebody typed. */
export function guardLeaving() {
  document.addEventListener("click", (event) => {
    const question = event.target.closest("a[data-leave]")?.dataset.leave;
    const fields = document.querySelectorAll("main form[method=post] :is(input, textarea)");
    if (question && [...fields].some(isChanged) && !globalThis.confirm(question)) {
      event.preventDefault();
    }
  });
}
