/** In a browser, agents can't connect, whatever the synchronized settings say. */
export function writeModeText(): undefined {
  return undefined;
}
