export function GET(request: Request) {}
export function PUT(request: Request) {}
