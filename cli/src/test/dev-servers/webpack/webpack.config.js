module.exports = {
  mode: "development",
  entry: "./index.js",
  devServer: {
    static: __dirname,
    setupMiddlewares: (middlewares, server) => {
      server.app.get("/login", (request, response) => {
        response.setHeader("Set-Cookie", "session=1; Path=/; Domain=localhost");
        response.redirect(`http://${request.headers.host}/?in`);
      });
      return middlewares;
    },
  },
};
