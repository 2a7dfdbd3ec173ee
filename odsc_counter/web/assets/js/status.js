// The ticket on a phone: asks while it is looked at, more often when the turn is near, and
// shakes when it is called. Without script the page reloads itself.

import { guardForms } from "./forms.js";
import { pollRegions } from "./poll.js";

const isCalled = (region) => region.querySelector("[data-called]") !== null;

pollRegions((region, swap) => {
  const before = isCalled(region);
  swap();
  if (isCalled(region) && !before) navigator.vibrate?.([300, 150, 300, 150, 600]);
});
guardForms();
