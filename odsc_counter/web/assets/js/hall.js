// The supervisor's panel: running times, and a page that keeps itself fresh.
// staff.js guards the forms.

import { followRegions } from "./live.js";
import { runTimers } from "./timers.js";

runTimers();
followRegions();
