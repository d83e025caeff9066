export { accountText } from "../platform/accountText.ts";
