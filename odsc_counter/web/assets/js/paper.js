// A ticket that staff print from their desk.

import { printSlip } from "./slip.js";

printSlip();
