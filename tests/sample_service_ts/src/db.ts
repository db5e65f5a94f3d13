import { PrismaClient } from "@prisma/client";
import Redis from "ioredis";

export const db = new PrismaClient();
export const cache = new Redis(process.env.REDIS_URL ?? "redis://localhost:6379");
