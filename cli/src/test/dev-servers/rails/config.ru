# A Rails application in one file: a form behind the check for forged requests, and a redirect.

require "logger"
require "action_controller/railtie"

class App < Rails::Application
  config.load_defaults Rails::VERSION::STRING.to_f
  config.root = __dir__
  config.eager_load = false
  config.consider_all_requests_local = true
  config.secret_key_base = "of a test" * 8
  config.logger = Logger.new($stdout)
end

class FormsController < ActionController::Base
  protect_from_forgery with: :exception

  def new
    token = helpers.hidden_field_tag(:authenticity_token, form_authenticity_token)
    render html: "<form method=post>#{token}</form>".html_safe
  end

  def create
    cookies[:seen] = { value: "1", domain: "localhost" }
    redirect_to "/done"
  end

  def done
    render plain: "inside"
  end
end

App.initialize!
App.routes.draw do
  root to: "forms#new"
  post "/", to: "forms#create"
  get "/done", to: "forms#done"
end

run App
