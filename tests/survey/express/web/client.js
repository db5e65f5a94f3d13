import axios from "axios";
const api = axios.create({ baseURL: "/api" });
export const load = () => api.get("/users", { params: {} });
axios.post("/orders", data);
cy.request("GET", "/x");
