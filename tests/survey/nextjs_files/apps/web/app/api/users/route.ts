import { NextResponse } from "next/server";

export async function GET() {
  return NextResponse.json([]);
}

export const POST = async (request: Request) => {
  const made = await fetch("https://x.test", { method: "PUT" });
  return NextResponse.json(await made.json(), { status: 201 });
};

function DELETE() {}
