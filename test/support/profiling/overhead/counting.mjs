// Loaded before a program (`node -r`), it counts what the program copies, and takes no stacks.
import { profileAddonState } from "../../../../dist/native/binding.js";

profileAddonState().addon.start(256, 0, 0, 1);
