// Every staff page.

import { narrowDistricts } from "./districts.js";
import { guardFiles } from "./files.js";
import { guardForms, guardLeaving, offerPrinting } from "./forms.js";
import { listenForKeys } from "./keys.js";
import { pollRegions } from "./poll.js";
import { lockWhenIdle } from "./idle.js";
import { lookUp } from "./look_up.js";
import { offerPictures } from "./pictures.js";

narrowDistricts();
guardForms();
guardFiles();
guardLeaving();
offerPrinting();
listenForKeys();
pollRegions();
lockWhenIdle();
lookUp();
offerPictures();
document.querySelector(".error-summary")?.focus();

// The menus close like menus: on Escape and on a click elsewhere.
for (const menu of document.querySelectorAll(".user-menu, .nav-more")) {
  document.addEventListener("keydown", (event) => {
    if (event.code === "Escape" && menu.open) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });
  document.addEventListener("click", (event) => {
    if (menu.open && !menu.contains(event.target)) menu.open = false;
  });
}
