import { Router } from "express";
import { z } from "zod";

import { requireUser } from "../auth";
import { cache, db } from "../db";

const NewPost = z.object({ title: z.string().max(200), body: z.string() });

export const posts = Router();

posts.get("/", async (req, res) => {
  const page = Number(req.query.page ?? 1);
  const key = `posts:${page}`;
  const known = await cache.get(key);
  if (known) return res.json(JSON.parse(known));
  const rows = await db.post.findMany({ skip: (page - 1) * 20, take: 20, orderBy: { id: "desc" } });
  await cache.set(key, JSON.stringify(rows), "EX", 60);
  res.json(rows);
});

posts.post("/", requireUser, async (req, res) => {
  const post = NewPost.parse(req.body);
  const made = await db.post.create({ data: { ...post, authorId: req.user.id } });
  res.status(201).json(made);
});

posts.get("/:postId", async (req, res) => {
  const post = await db.post.findUnique({ where: { id: req.params.postId } });
  if (!post) return res.status(404).json({ error: { message: "no such post" } });
  res.json(post);
});

posts.delete("/:postId", requireUser, async (req, res) => {
  await db.post.delete({ where: { id: req.params.postId } });
  res.status(204).end();
});
