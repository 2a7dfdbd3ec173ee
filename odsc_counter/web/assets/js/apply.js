// A file that is begun at home: the long list of districts becomes two short ones.

import { narrowDistricts } from "./districts.js";

narrowDistricts();
