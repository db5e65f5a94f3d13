export async function DELETE({ params }) {}
export async function PATCH({ params }) {}
