/** A directory as a response: a page for people, JSON for programs. */
import type { IncomingMessage, ServerResponse } from "node:http";
import Negotiator from "negotiator";
import { readListing } from "./directory.ts";
import type { ListingRequest } from "./directory.ts";
import { contentPolicy, renderPage } from "./listingPage.ts";

/**
 * Answers with the directory, as a page or as JSON, whichever the request prefers.
 *
 * @throws the error of opendir(3): ENOENT, EACCES, ENOTDIR, EMFILE. Nothing has been sent then.
 */
export async function sendListing(
  req: IncomingMessage,
  res: ServerResponse,
  request: ListingRequest,
): Promise<void> {
  const listing = await readListing({ ...request, page: pageOf(req.url) });
  // RFC 9110 §12.4.1: whoever accepts neither gets the page.
  const type = new Negotiator(req).mediaType(["text/html", "application/json"]);
  const asJson = type === "application/json";
  const body = asJson ? `${JSON.stringify(listing)}\n` : renderPage(listing);
  const headers = {
    "Content-Type": asJson ? "application/json; charset=utf-8" : "text/html; charset=utf-8",
    "Content-Security-Policy": contentPolicy,
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-cache",
    "Content-Length": Buffer.byteLength(body),
  };
  for (const [name, value] of Object.entries(headers)) res.setHeader(name, value);
  res.appendHeader("Vary", "Accept");
  res.end(body);
}

/** The page of a directory. @throws as {@link sendListing}. */
export async function renderListing(request: ListingRequest): Promise<string> {
  return renderPage(await readListing(request));
}

function pageOf(url = ""): number {
  const text = new URLSearchParams(/\?(.*)$/s.exec(url)?.[1]).get("page") ?? "";
  return /^\d{1,9}$/.test(text) ? Number(text) : 1;
}
