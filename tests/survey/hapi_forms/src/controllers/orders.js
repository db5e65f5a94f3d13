exports.list = async () => [];
exports.create = async (request, h) => h.response(request.payload).code(201);
