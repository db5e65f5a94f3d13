export const action = "/users";
