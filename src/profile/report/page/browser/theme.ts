/** Light or dark: as the system wants it, until somebody presses the button. Paper is always light. */

const root = document.documentElement;
const system = matchMedia("(prefers-color-scheme: dark)");

const isDark = (): boolean =>
  (root.dataset["theme"] ?? (system.matches ? "dark" : "light")) === "dark";

/** `onChange` draws again what the style sheet cannot. */
export function offerTheme(button: HTMLButtonElement, onChange: () => void): void {
  const set = (theme: string | undefined): void => {
    if (theme === undefined) delete root.dataset["theme"];
    else root.dataset["theme"] = theme;
    button.setAttribute("aria-pressed", String(isDark()));
    onChange();
  };
  let chosen: string | undefined;
  button.addEventListener("click", () => set((chosen = isDark() ? "light" : "dark")));
  system.addEventListener("change", () => set(chosen));
  addEventListener("beforeprint", () => set("light"));
  addEventListener("afterprint", () => set(chosen));
  button.setAttribute("aria-pressed", String(isDark()));
}
