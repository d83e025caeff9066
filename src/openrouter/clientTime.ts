/** Converts a time of this computer's clock to the client's, which follows the API's. */
export const clientTime = ({ now }: { now(): Date }, local: Date): Date =>
  new Date(local.getTime() + now().getTime() - Date.now());
