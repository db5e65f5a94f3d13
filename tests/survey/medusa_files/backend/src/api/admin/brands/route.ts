export const GET = async (req, res) => res.json({});

export const POST = async (req, res) => res.json({});
