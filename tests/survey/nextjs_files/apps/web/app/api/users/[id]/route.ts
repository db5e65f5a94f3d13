import { handler } from "@/lib/handler";

export { handler as GET, handler as PATCH };

export type PUT = string;
export const dynamic = "force-dynamic";
