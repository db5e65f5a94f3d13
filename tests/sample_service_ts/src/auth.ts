import type { NextFunction, Request, Response } from "express";
import jwt from "jsonwebtoken";

export function requireUser(req: Request, res: Response, next: NextFunction) {
  const token = req.headers.authorization?.split(" ")[1];
  if (!token) return res.status(401).json({ error: { message: "token required" } });
  try {
    req.user = jwt.verify(token, process.env.JWT_SECRET!);
    next();
  } catch {
    res.status(401).json({ error: { message: "invalid token" } });
  }
}
