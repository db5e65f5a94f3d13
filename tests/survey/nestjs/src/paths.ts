export enum Path {
  Cats = "cats",
}
export const HEALTH = "health";
