export async function loader() {
  return null;
}

export { action } from "./action.server";
