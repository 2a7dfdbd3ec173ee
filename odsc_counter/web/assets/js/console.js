// The counter console: function keys, running times, and a page that keeps itself fresh.
// staff.js guards the forms.

import { listenForKeys } from "./keys.js";
import { followRegions } from "./live.js";
import { runTimers } from "./timers.js";

listenForKeys();
runTimers();
followRegions();
