<?php

Route::post('hooks/{name}', 'HookController@take');
