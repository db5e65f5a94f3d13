export async function PUT() {}
export async function DELETE() {}
