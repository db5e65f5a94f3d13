import { MissingError } from "./missing";

export class UnknownError extends MissingError {
  status = 401;
}
