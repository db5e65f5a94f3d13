import type { Comment } from "@prisma/client";

import { cache } from "../db";

export async function notifyAuthor(comment: Comment) {
  await cache.publish("comments", JSON.stringify({ postId: comment.postId, id: comment.id }));
}
