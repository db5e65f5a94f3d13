import { Router, Request, Response } from "express";

export class OrderRoute {
  router: Router = Router();
  constructor() {
    this.router.post("/orders", (req: Request, res: Response) => res.end());
  }
}
