import { postRouter } from "~/server/api/routers/post";
import { lazy } from "@trpc/server";
import { userRouter } from "./routers/user";
import { createCallerFactory, createTRPCRouter, publicProcedure } from "~/server/api/trpc";

export const appRouter = createTRPCRouter({
  post: postRouter,
  user: userRouter,
  slow: lazy(() => import("./routers/slow")),
  health: publicProcedure.query(() => "ok"),
});

export type AppRouter = typeof appRouter;
export const createCaller = createCallerFactory(appRouter);
