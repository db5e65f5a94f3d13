import { NextRequest } from "next/server";

export async function POST(request: NextRequest) {}
export async function GET() {}
