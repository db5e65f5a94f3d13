import express from "express";

import { requireUser } from "./auth";
import { comments } from "./routes/comments";
import { posts } from "./routes/posts";

export const app = express();
app.use(express.json({ limit: "100kb" }));
app.use("/api/v1/posts", posts);
app.use("/api/v1/posts/:postId/comments", requireUser, comments);

app.get("/healthz", (_req, res) => {
  res.json({ status: "ok" });
});

app.use((error: Error & { status?: number }, _req, res, _next) => {
  res.status(error.status ?? 500).json({ error: { message: error.message } });
});
