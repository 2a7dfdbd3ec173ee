"""The face shared by all rooms: layouts, macros, style sheets and scripts. Holds no rules."""
