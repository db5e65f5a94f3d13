exports.Messages = class Messages {
  constructor(options, app) {
    this.options = options || {};
  }
  async find(params) {
    return [];
  }
  async create(data, params) {
    return data;
  }
};
