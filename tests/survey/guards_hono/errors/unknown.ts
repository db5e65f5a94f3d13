import { MissingError } from "./missing";

export class UnknownUserError extends MissingError {
  status = 401;
}
