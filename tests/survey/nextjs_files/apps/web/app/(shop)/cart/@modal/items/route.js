export function GET() {}

export function DELETE() {}
