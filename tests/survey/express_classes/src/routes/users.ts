import { Router } from "express";
import { AuthMiddleware } from "../auth";

export class UserRoute {
  public path = "/users";
  public router = Router();

  constructor() {
    this.initializeRoutes();
  }

  private initializeRoutes() {
    this.router.get(`${this.path}`, AuthMiddleware, this.all);
    this.router.put(`${this.path}/:id`, this.one);
  }
}
