// A middleware of the app, as apps with a login have one: a cookie for the name that the server has, and a
// redirect to the whole address that it knows of itself.
const login = {
  name: "login",
  configureServer(server) {
    server.middlewares.use("/login", (request, response) => {
      response.statusCode = 302;
      response.setHeader("Location", `http://${request.headers.host}/?in`);
      response.setHeader("Set-Cookie", "session=1; Path=/; Domain=localhost");
      response.end();
    });
  },
};

export default { plugins: [login], clearScreen: false };
