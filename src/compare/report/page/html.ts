/** Building HTML from strings that nobody has to trust. */
export { escapeHtml as escape } from "../../../http/html.ts";

/** JSON, safe inside a script element: `</script>` and `<!--` cannot occur. */
export function scriptJson(value: unknown): string {
  return JSON.stringify(value).replaceAll("<", "\\u003c");
}
