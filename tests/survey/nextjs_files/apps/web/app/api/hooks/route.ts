export { POST } from "@/lib/hooks";
