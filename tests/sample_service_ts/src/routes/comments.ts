import { Router } from "express";

import { db } from "../db";
import { notifyAuthor } from "../services/notify";

export const comments = Router({ mergeParams: true });

comments.get("/", async (req, res) => {
  res.json(await db.comment.findMany({ where: { postId: req.params.postId } }));
});

comments.post("/", async (req, res) => {
  const text = String(req.body.text);
  const made = await db.comment.create({
    data: { postId: req.params.postId, authorId: req.user.id, text },
  });
  await notifyAuthor(made);
  res.status(201).json(made);
});
